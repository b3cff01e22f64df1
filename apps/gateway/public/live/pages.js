/** A button that loads what follows; `load(endCursor)` resolves to the `pageInfo` of a connection. */
export function createMoreButton(button, load, onFailure) {
  let endCursor = null;
  let isRunning = false;

  const reach = ({ hasNextPage, endCursor: reached }) => {
    endCursor = reached;
    button.hidden = !hasNextPage;
  };
  button.addEventListener('click', async () => {
    if (isRunning) return;
    isRunning = true;
    await load(endCursor).then(reach, onFailure);
    isRunning = false;
  });
  return { reach };
}
