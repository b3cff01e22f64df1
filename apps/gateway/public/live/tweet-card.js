import { like, unlike } from './documents.js';
import { element, timeOf } from './dom.js';
import { createToggle } from './toggle.js';

const fullName = ({ firstName, lastName }) => [firstName, lastName].filter(Boolean).join(' ');

/** How a tweet looks: its author, text and likes. `me` is the id of the reader, who does not follow themselves. */
export function createTweetCard(tweet, { me, ask, follows, onFailure }) {
  const { id, author, content, createdAt } = tweet;
  const count = element('span', { class: 'count' });
  const button = element(
    'button',
    { type: 'button', class: 'like', click: () => toggle.press() },
    element('span', { class: 'heart', 'aria-hidden': 'true' }),
    'Like ',
    count,
  );
  const toggle = createToggle(stateOf(tweet), {
    show: ({ on, count: likes }) => {
      button.setAttribute('aria-pressed', String(on));
      count.textContent = likes > 0 ? String(likes) : '';
    },
    ask: async (on) => {
      const { data } = await ask(on ? like : unlike, { id });
      return { on: data.result.liked, count: data.result.likesCount };
    },
    onFailure,
  });

  const name = element('h3', {}, `@${author?.username ?? 'somebody'}`);
  const head = element('div', { class: 'row' }, element('div', { class: 'who' }, name));
  if (author) head.firstChild.append(element('span', { class: 'hint' }, fullName(author)));
  if (author && author.id !== me) head.append(follows.buttonFor(author));
  const foot = element('div', { class: 'row' }, button, element('span', { class: 'hint' }, timeOf(createdAt)));
  const article = element('article', {}, head, element('p', { class: 'content', dir: 'auto' }, content), foot);
  return {
    node: element('li', { class: 'card' }, article),
    update: (next) => toggle.correct(stateOf(next)),
  };
}

const stateOf = ({ likedByMe, likesCount }) => ({ on: Boolean(likedByMe), count: likesCount });
