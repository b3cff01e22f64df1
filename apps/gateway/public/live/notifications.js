import { markAllRead, markRead, notificationReceived, notifications } from './documents.js';
import { byId } from './dom.js';
import { createNewestFirst } from './newest-first.js';
import { createNotificationItem } from './notification-item.js';
import { createMoreButton } from './pages.js';

const beginning = '0'.repeat(24);

/** The notifications as a stream (see `live.js`). `onUnread` is told how many are unread, `announce` what arrives. */
export function createNotifications({ ask, follows, announce, onUnread, onFailure }) {
  const list = createNewestFirst(byId('notifications'), (notification) =>
    createNotificationItem(notification, { read: markAsRead, follows }),
  );

  async function markAsRead(id) {
    try {
      const { data } = await ask(markRead, { id });
      const { notification } = data.markNotificationRead;
      list.show(notification);
      onUnread(notification.unreadCount);
    } catch (error) {
      if (error.code !== 'NOT_FOUND') return onFailure(error);
      // It was withdrawn meanwhile.
      list.remove(id);
      await read().then(show).catch(onFailure);
    }
  }

  const read = async (after) => (await ask(notifications, { after })).data.notifications;

  function show({ edges, pageInfo, unreadCount }) {
    for (const { node } of edges) list.show(node);
    onUnread(unreadCount);
    return pageInfo;
  }
  const more = createMoreButton(byId('more-notifications'), async (after) => show(await read(after)), onFailure);

  async function readAll() {
    await ask(markAllRead);
    list.updateAll({ read: true });
    // What arrived meanwhile is not read.
    show(await read());
  }
  byId('mark-all').addEventListener('click', () => {
    byId('notifications-title').focus();
    readAll().catch(onFailure);
  });

  return {
    clear: list.clear,
    query: notificationReceived,
    load: async () => {
      const page = await read();
      list.clear();
      more.reach(show(page));
      return page.edges[0]?.node.id ?? beginning;
    },
    receive: ({ notificationReceived: notification }) => {
      const { id, message, unreadCount } = notification;
      onUnread(unreadCount);
      if (list.show(notification)) announce(`${message} ${unreadCount} unread.`);
      return id;
    },
  };
}
