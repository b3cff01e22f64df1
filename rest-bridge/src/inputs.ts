import { z } from 'zod';

// Lengths are documented here and judged by the services, which count grapheme clusters and not UTF-16 units.
type TextDocs = {
  description: string;
  minLength?: number;
  maxLength?: number;
  format?: string;
  pattern?: string;
  example?: string;
};

const storable = (text: string): boolean => text.isWellFormed() && !text.includes('\u0000');

function text({ example, ...docs }: TextDocs) {
  const examples = example === undefined ? {} : { examples: [example] };
  return z
    .string()
    .refine(storable, 'must be Unicode text without U+0000')
    .meta({ ...docs, ...examples });
}

const userId = z
  .string()
  .regex(/^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/, 'must be a UUID')
  .meta({ description: "The user's id.", format: 'uuid', examples: ['0f8fad5b-d9cb-469f-a165-70867728950e'] });
const objectId = (what: string) =>
  z
    .string()
    .regex(/^[0-9a-fA-F]{24}$/, 'must be 24 hexadecimal digits')
    .meta({ description: `The ${what}'s id.`, examples: ['65f1c0ffee0123456789abcd'] });

const email = text({
  description: 'Unique without regard to case.',
  maxLength: 254,
  format: 'email',
  example: 'ada@example.com',
});
const username = text({
  description: 'Unique without regard to case.',
  minLength: 3,
  maxLength: 30,
  pattern: '^[A-Za-z0-9_]+$',
  example: 'ada',
});
const password = text({
  description: '8 to 128 characters.',
  minLength: 8,
  maxLength: 128,
  format: 'password',
  example: 'correct horse battery',
});
const firstName = text({ description: 'The given name.', maxLength: 50, example: 'Ada' }).nullable().optional();
const lastName = text({ description: 'The family name.', maxLength: 50, example: 'Lovelace' }).nullable().optional();
const bio = text({ description: 'A few words about oneself.', maxLength: 160, example: 'Poetical science.' })
  .nullable()
  .optional();
const refreshToken = text({ description: 'The refresh token of the last answer.' });
const content = text({
  description:
    '1 to 280 characters after trimming, counted in grapheme clusters. `@username` mentions, `#hashtag` tags.',
  minLength: 1,
  maxLength: 280,
  example: 'Hello @grace, welcome to #minitwitter',
});

const none = z.strictObject({});
/** The parts of a request that takes nothing; a row replaces those that it does take. */
export const bare = { params: none, query: none, body: none };

export const registerBody = z.strictObject({
  email,
  username,
  password,
  first_name: firstName,
  last_name: lastName,
  bio,
});
export const loginBody = z
  .strictObject({ email: email.optional(), username: username.optional(), password })
  .refine((body) => body.email !== undefined || body.username !== undefined, {
    path: ['email'],
    message: 'is required, or username',
  })
  .meta({ anyOf: [{ required: ['email'] }, { required: ['username'] }] });
export const logoutBody = z.strictObject({ refresh_token: refreshToken.optional() });
export const refreshBody = z.strictObject({ refresh_token: refreshToken });
export const profileBody = z.strictObject({
  username: username.optional(),
  first_name: firstName,
  last_name: lastName,
  bio,
});
export const userBody = z.strictObject({ user_id: userId });
export const maybeUser = z.strictObject({ user_id: userId.optional() });
export const contentBody = z.strictObject({ content });

export const userPath = z.strictObject({ id: userId });
export const tweetPath = z.strictObject({ id: objectId('tweet') });
export const commentPath = z.strictObject({ id: objectId('comment') });
export const notificationPath = z.strictObject({ id: objectId('notification') });
export const ofTweetPath = z.strictObject({ tweet_id: objectId('tweet') });
export const ofCommentPath = z.strictObject({ comment_id: objectId('comment') });

const isLimit = (value: string): boolean => /^[0-9]{1,3}$/.test(value) && Number(value) >= 1 && Number(value) <= 100;
const limit = z
  .string()
  .refine(isLimit, 'must be an integer from 1 to 100')
  .transform(Number)
  .meta({ type: 'integer', minimum: 1, maximum: 100, description: 'How many items at most; 20 by default.' });
const cursor = text({ description: 'The `next_cursor` of the page before.', minLength: 1 });
const searched = (description: string, example: string) =>
  text({ description, minLength: 1, maxLength: 280, example }).min(1, 'must not be empty');

const page = { limit: limit.optional(), cursor: cursor.optional() };
export const pageQuery = z.strictObject(page);
const withFeed = 'cannot be combined with feed';
export const tweetsQuery = z
  .strictObject({
    ...page,
    user_id: userId.optional(),
    q: searched('Only tweets that contain all of these words.', 'analytical engine').optional(),
    hashtag: searched('Only tweets that bear this hashtag, with or without the `#`.', 'minitwitter').optional(),
    feed: z
      .literal('home', 'must be home')
      .meta({ description: 'What the caller and those they follow wrote; not to be combined with a filter.' })
      .optional(),
  })
  .check(({ value, issues }) => {
    if (value.feed === undefined) return;
    for (const name of ['user_id', 'q', 'hashtag'] as const) {
      if (value[name] !== undefined) issues.push({ code: 'custom', path: [name], message: withFeed, input: value });
    }
  });
export const notificationsQuery = z.strictObject({
  ...page,
  unread: z
    .string()
    .refine((value) => value === 'true' || value === 'false', 'must be true or false')
    .transform((value) => value === 'true')
    .meta({ type: 'boolean', description: 'Only those not marked as read.' })
    .optional(),
});
