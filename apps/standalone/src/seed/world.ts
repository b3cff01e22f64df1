import { commentTexts, tweetTexts } from './texts.ts';

export const demoPassword = 'demo-password';

/** A person of the demo world; people are named by their place in the list. */
export type Person = { username: string; firstName: string; lastName: string; bio: string };

/** What to plant, in this order; authors, followers and targets are places in the lists before. */
export type World = {
  people: Person[];
  follows: { follower: number; followee: number }[];
  tweets: { author: number; content: string }[];
  comments: { author: number; tweet: number; content: string }[];
  likes: { user: number; tweet: number }[];
};

const firstNames = [
  ...[
    'Aziza',
    'Bobur',
    'Charos',
    'Dilshod',
    'Elyor',
    'Feruza',
    'Gulnora',
    'Husan',
    'Iroda',
    'Jasur',
    'Kamola',
    'Laziz',
  ],
  ...['Malika', 'Nodir', 'Oydin', 'Parviz', 'Qunduz', 'Rustam', 'Sevara', 'Timur', 'Umida', 'Vera', 'Yulduz', 'Zafar'],
  ...['Anna', 'Ben', 'Carla', 'David', 'Emi', 'Farid', 'Greta', 'Hugo'],
];
const lastNames = [
  'Karimov',
  'Rahimova',
  'Yusupov',
  'Saidova',
  'Tursunov',
  'Garcia',
  'Smith',
  'Tanaka',
  'Demir',
  'Weber',
];
const bios = [
  'Choy, kitob, sayohat.',
  'Engineer and amateur baker.',
  'Фотографирую города.',
  'Always on a train.',
  'Futbol!',
];

export const demoAccounts = [{ username: 'aziza' }, { username: 'bobur' }] as const;

/** The same world every time: some tens of people, hundreds of tweets, and what goes on between them. */
export function createWorld(tweetCount = 360): World {
  const random = createRandom(2026);
  const below = (limit: number) => Math.floor(random() * limit);
  const pick = <T>(list: readonly T[], fallback: T): T => list[below(list.length)] ?? fallback;

  const people = firstNames.map((firstName) => ({
    username: firstName.toLowerCase(),
    firstName,
    lastName: pick(lastNames, 'Karimov'),
    bio: pick(bios, ''),
  }));
  const everyone = people.map((_, index) => index);

  const follows = everyone.flatMap((follower) =>
    everyone.filter((followee) => followee !== follower && random() < 0.3).map((followee) => ({ follower, followee })),
  );
  const tweets = Array.from({ length: tweetCount }, (_, index) => {
    const author = below(people.length);
    const mentioned = people[below(people.length)]?.username ?? '';
    const text = tweetTexts[index % tweetTexts.length] ?? '';
    return { author, content: random() < 0.15 ? `${text} @${mentioned}` : text };
  });
  const comments = tweets.flatMap((_, tweet) =>
    Array.from({ length: below(3) }, () => ({
      author: below(people.length),
      tweet,
      content: pick(commentTexts, '👏'),
    })),
  );
  const likes = tweets.flatMap((_, tweet) => everyone.filter(() => random() < 0.08).map((user) => ({ user, tweet })));
  return { people, follows, tweets, comments, likes };
}

/** mulberry32: a small seeded generator of numbers in [0, 1). */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
