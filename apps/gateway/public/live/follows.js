import { follow, unfollow, userByUsername } from './documents.js';
import { element } from './dom.js';
import { Refusal } from './http.js';
import { createToggle } from './toggle.js';

/** Following and unfollowing; all buttons of a user agree. `onFollowed` is told of a user who was not followed before. */
export function createFollows({ ask, onFailure, onFollowed }) {
  const buttonsOf = (id) => document.querySelectorAll(`button[data-follows="${CSS.escape(id)}"]`);

  async function set(id, on) {
    const { data } = await ask(on ? follow : unfollow, { id });
    const { following } = data.result;
    for (const button of buttonsOf(id)) button.dispatchEvent(new CustomEvent('told', { detail: following }));
    return following;
  }

  return {
    /** A button to follow or unfollow a user, `{id, username, isFollowing}`. */
    buttonFor: ({ id, username, isFollowing }) => {
      const verb = element('span');
      const name = element('span', { class: 'hidden-text' }, ` ${username}`);
      const button = element('button', { type: 'button', class: 'follow', 'data-follows': id }, verb, name);
      const toggle = createToggle(
        { on: Boolean(isFollowing), count: 0 },
        {
          show: ({ on }) => {
            verb.textContent = on ? 'Unfollow' : 'Follow';
          },
          ask: async (on) => {
            const following = await set(id, on);
            if (following) onFollowed();
            return { on: following, count: 0 };
          },
          onFailure,
        },
      );
      button.addEventListener('click', toggle.press);
      button.addEventListener('told', ({ detail }) => toggle.correct({ on: detail, count: 0 }));
      return button;
    },
    /** Follow by username, with or without the @; resolves to the username. */
    followByName: async (typed) => {
      const { data } = await ask(userByUsername, { username: typed.trim().replace(/^@/, '') });
      const user = data.userByUsername;
      if (!user) throw new Refusal('There is nobody of that name.', 'NOT_FOUND');
      await set(user.id, true);
      onFollowed();
      return user.username;
    },
  };
}
