import { parseObjectId } from '@minitwitter/service-kit/ids';
import { listById } from '@minitwitter/service-kit/paging';

export type TargetType = 'tweet' | 'comment';

/** What can be liked; the id is a 24-hex ObjectId. */
export type Target = { type: TargetType; id: string };

/** A like of a target by a user (UUID). */
export type Like = { id: string; userId: string };

/** Who likes a target is by the like's id, newest first. */
export const likerList = listById('likers');

/** What a user has said of a target by now: who likes it, and how many do in all. */
export type LikeState = { liked: boolean; likesCount: number };

/** A target that a client names; INVALID_ARGUMENT when its id is malformed. */
export const parseTarget = (type: TargetType, id: string): Target => ({ type, id: parseObjectId(id, `${type}Id`) });
