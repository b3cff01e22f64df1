import { byId, element, timeOf } from './dom.js';

/** How a notification looks; `read(id)` marks it as read. */
export function createNotificationItem(notification, { read, follows }) {
  const { id, type, message, actor, tweet, createdAt } = notification;
  const state = element('span', { class: 'hidden-text' });
  const button = element('button', { type: 'button', class: 'quiet', click: () => read(id) }, 'Mark as read');
  const node = element('li', { class: 'notification' }, element('p', { dir: 'auto' }, state, message));
  if (tweet && type !== 'MENTION') node.append(element('blockquote', { class: 'hint', dir: 'auto' }, tweet.content));
  const row = element('div', { class: 'row' }, element('span', { class: 'hint' }, timeOf(createdAt)), button);
  if (type === 'FOLLOW' && actor) row.append(follows.buttonFor(actor));
  node.append(row);

  function update({ read: isRead }) {
    if (isRead && document.activeElement === button) nextFocus(node).focus();
    node.classList.toggle('unread', !isRead);
    state.textContent = isRead ? '' : 'Unread: ';
    button.hidden = isRead;
  }
  update(notification);
  return { node, update };
}

/** The next one that can be marked as read, or the heading: a button that hides must not take the focus with it. */
const nextFocus = (node) => {
  const others = Array.from(node.parentElement.querySelectorAll('.unread')).filter((other) => other !== node);
  const next = others.find((other) => node.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_FOLLOWING);
  return next?.querySelector('button.quiet') ?? byId('notifications-title');
};
