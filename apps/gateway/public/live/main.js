import { createClient } from './client.js';
import { createCompose } from './compose.js';
import { byId, onSubmit } from './dom.js';
import { createFollows } from './follows.js';
import { keepLive } from './live.js';
import { createNotifications } from './notifications.js';
import { createSession } from './session.js';
import { createTimeline } from './timeline.js';

const title = document.title;
const session = createSession();
const { ask, rest } = createClient(session);
let live = null;

const tell = (id, text) => {
  byId(id).textContent = text;
};
const onFailure = ({ message }) => tell('alert', message);
const announce = (text) => tell('announcer', text);

function onUnread(count) {
  byId('badge').hidden = count === 0;
  tell('unread', String(count));
  byId('mark-all').hidden = count === 0;
  document.title = count === 0 ? title : `(${count}) ${title}`;
}

const follows = createFollows({ ask, onFailure, onFollowed: () => timeline.refresh().catch(onFailure) });
const timeline = createTimeline({ ask, follows, session, onFailure });
const notifications = createNotifications({ ask, follows, announce, onUnread, onFailure });
createCompose({ rest, session, onPosted: timeline.show });

onSubmit(byId('sign-in'), session.signIn);
onSubmit(byId('register'), session.register);
onSubmit(byId('follow'), async ({ username }) => announce(`You follow ${await follows.followByName(username)}.`));
byId('sign-out').addEventListener('click', session.signOut);
document.addEventListener('click', () => tell('alert', ''), { capture: true });

function showHome(isSignedIn) {
  byId('home').hidden = !isSignedIn;
  byId('account').hidden = !isSignedIn;
  byId('welcome').hidden = isSignedIn;
}

session.on('started', () => {
  showHome(true);
  tell('who', `@${session.user().username}`);
  byId('compose').elements.content.focus();
  const url = Object.assign(new URL('/graphql', location.href), { protocol: location.protocol.replace('http', 'ws') });
  const onState = (words) => {
    byId('connection').dataset.live = String(words === 'Live');
    tell('connection', words);
  };
  live = keepLive({ url, session, streams: [notifications, timeline], onState });
});

session.on('renewed', (token) => live?.renew(token));

session.on('ended', (reason = '') => {
  live?.stop();
  live = null;
  timeline.clear();
  notifications.clear();
  onUnread(0);
  showHome(false);
  delete byId('connection').dataset.live;
  tell('connection', 'Signed out');
  tell('alert', reason);
  byId('sign-in').elements.name.focus();
});

session.restore();
