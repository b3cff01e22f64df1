/**
 * Something that is on or off, `{on, count}`: a press shows at once, and the server's answer corrects it. One request runs at a
 * time; presses meanwhile change what is asked for next. `ask(on)` resolves to what the server then says.
 */
export function createToggle(initial, { show, ask, onFailure }) {
  let told = initial;
  let wanted = initial.on;
  let isRunning = false;

  async function settle() {
    if (isRunning) return;
    isRunning = true;
    try {
      while (wanted !== told.on) told = await ask(wanted);
    } catch (error) {
      wanted = told.on;
      onFailure(error);
    }
    isRunning = false;
    show(told);
  }

  show(told);
  return {
    press: () => {
      wanted = !wanted;
      show({ on: wanted, count: told.count + Number(wanted) - Number(told.on) });
      void settle();
    },
    /** The server said so in another answer. */
    correct: (state) => {
      if (isRunning) return;
      told = state;
      wanted = state.on;
      show(state);
    },
  };
}
