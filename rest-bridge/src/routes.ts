import { peopleRoutes } from './routes-people.ts';
import { tweetRoutes } from './routes-tweets.ts';
import type { Row } from './row.ts';

/** The REST API: a row a route. */
export const routes: readonly Row[] = [...peopleRoutes, ...tweetRoutes];
