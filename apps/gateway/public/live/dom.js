/** The element of the page with this id. */
export const byId = (id) => document.getElementById(id);

/**
 * Make an element. Attributes that are functions become listeners, `true` an empty attribute, `false` and null none; strings
 * among the children become text, never markup.
 */
export function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') node.addEventListener(name, value);
    else if (value !== false && value !== null) node.setAttribute(name, value === true ? '' : value);
  }
  node.append(...children);
  return node;
}

/** When something happened, in the reader's words: the time of today, of other days the date too. */
export function timeOf(createdAt) {
  const at = new Date(createdAt);
  const isToday = at.toDateString() === new Date().toDateString();
  const words = at.toLocaleString(undefined, { timeStyle: 'short', ...(!isToday && { dateStyle: 'medium' }) });
  return element('time', { datetime: createdAt }, words);
}

/**
 * Handle a form's submission with its fields: one at a time, and failures are told in the form, which keeps what was typed
 * in it.
 */
export function onSubmit(form, handle) {
  const alert = form.querySelector('[role=alert]');
  let isRunning = false;
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    if (isRunning) return;
    isRunning = true;
    alert.textContent = '';
    try {
      await handle(Object.fromEntries(new FormData(form)));
      form.reset();
    } catch (error) {
      alert.textContent = error.message;
    } finally {
      isRunning = false;
    }
  });
}
