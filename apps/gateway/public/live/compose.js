import { byId, onSubmit } from './dom.js';

const maxCharacters = 280;
const segmenter = new Intl.Segmenter();

/** The length of a text as the server counts it: in grapheme clusters, without what surrounds it. */
const lengthOf = (text) => Array.from(segmenter.segment(text.trim())).length;

const newKey = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16)).join('-');

/** The form for a new tweet. Sending the same text again after a failure cannot post it twice. */
export function createCompose({ rest, session, onPosted }) {
  const form = byId('compose');
  const text = form.elements.content;
  let idempotencyKey = newKey();

  const count = () => {
    const left = maxCharacters - lengthOf(text.value);
    byId('left').textContent = left >= 0 ? `${left} characters left` : `${-left} characters too many`;
    text.setAttribute('aria-invalid', String(left < 0));
  };
  text.addEventListener('input', () => {
    idempotencyKey = newKey();
    count();
  });
  text.addEventListener('keydown', ({ key, ctrlKey, metaKey }) => {
    if (key === 'Enter' && (ctrlKey || metaKey)) form.requestSubmit();
  });
  form.addEventListener('reset', () => setTimeout(count));
  onSubmit(form, async ({ content }) => {
    const headers = { 'idempotency-key': idempotencyKey };
    onPosted(toCard(await rest('POST', '/tweets', { body: { content }, headers }), session.user()));
    idempotencyKey = newKey();
  });
}

const toCard = ({ id, content, created_at: createdAt, likes_count: likesCount }, { id: me, username, ...names }) => ({
  ...{ id, content, createdAt, likesCount, likedByMe: false },
  author: { id: me, username, firstName: names.first_name, lastName: names.last_name },
});
