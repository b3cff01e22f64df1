import { hash } from 'node:crypto';
import pg from 'pg';

/** How big a world is. */
export type Size = { tweets: number; users: number; follows: number };

export const usernameOf = (rank: number): string => `scale_${rank}`;

/** The id of the user of a rank, the first being the most followed: as random as ids are, and always the same. */
export function userIdOf(rank: number): string {
  const digits = hash('md5', `scale ${rank}`).replace(/^(.{12}).(.{3})./, '$14$28');
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
const uuid = (rank: string) =>
  `overlay(overlay(md5('scale ' || ${rank}) placing '4' from 13) placing '8' from 17)::uuid`;

/** Picks beside those that name somebody twice, or oneself. */
const spare = 1.06;
const seed = 0.42;

/** Drop what keeps a bulk insert into the follows slow; resolves to how it is made again. */
async function dropIndexes(client: pg.Client): Promise<() => Promise<void>> {
  const { rows } = await client.query("SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'follows'");
  await client.query('ALTER TABLE follows DROP CONSTRAINT follows_pkey');
  for (const { indexname } of rows) await client.query(`DROP INDEX IF EXISTS ${indexname}`);
  return async () => {
    for (const { indexdef } of rows) await client.query(indexdef);
    await client.query('ALTER TABLE follows ADD CONSTRAINT follows_pkey PRIMARY KEY USING INDEX follows_pkey');
  };
}

/**
 * Users who sign in with the password of an account that is there, and whom they follow, more of them the most followed:
 * the chance to be followed falls with the rank to the power of -2/3. Always the same; resolves to how many follows there are.
 */
export async function loadPeople(databaseUrl: string, { users, follows }: Size, account: string): Promise<number> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    // No triggers: every reference is to a user who was just made.
    await client.query(
      "SET session_replication_role = replica; SET synchronous_commit = off; SET work_mem = '256MB'; SET maintenance_work_mem = '512MB'",
    );
    await client.query(
      `INSERT INTO users (id, email, email_key, username, username_key, password_hash)
        SELECT ${uuid('i')}, 'scale_' || i || '@example.com', 'scale_' || i || '@example.com', 'scale_' || i, 'scale_' || i,
          (SELECT password_hash FROM users WHERE username = $1) FROM generate_series(1, $2::int) i`,
      [account, users],
    );
    await client.query('SELECT setseed($1)', [seed]);
    const restoreIndexes = await dropIndexes(client);
    const picks = Math.ceil((follows / users) * spare);
    await client.query(
      `INSERT INTO follows (follower_id, followee_id)
        SELECT ${uuid('i')}, ${uuid('j')} FROM (SELECT DISTINCT i, 1 + floor($1 * power(random(), 3))::int AS j
          FROM generate_series(1, $1) i, generate_series(1, $2::int)) AS picks WHERE i <> j`,
      [users, picks],
    );
    await restoreIndexes();
    const counted = await client.query(
      `INSERT INTO follow_counts (user_id, followers_count, following_count, version, heavy)
        SELECT id, coalesce(followers, 0), coalesce(following, 0), coalesce(following, 0), coalesce(followers >= 10000, false)
        FROM users LEFT JOIN (SELECT followee_id AS id, count(*) AS followers FROM follows GROUP BY 1) AS f USING (id)
          LEFT JOIN (SELECT follower_id AS id, count(*) AS following FROM follows GROUP BY 1) AS g USING (id)
        ON CONFLICT DO NOTHING RETURNING following_count`,
    );
    await client.query('ANALYZE');
    return counted.rows.reduce((sum, { following_count: count }) => sum + Number(count), 0);
  } finally {
    await client.end();
  }
}
