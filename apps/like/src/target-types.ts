import { TargetType as ProtoTargetType } from '@minitwitter/proto/events/v1/events';
import { invalidField } from '@minitwitter/service-kit/errors';
import type { TargetType } from './domain.ts';

const targetTypes = new Map<ProtoTargetType, TargetType>([
  [ProtoTargetType.TWEET, 'tweet'],
  [ProtoTargetType.COMMENT, 'comment'],
]);

/** The type of a target as protobuf names it; INVALID_ARGUMENT when it is unspecified. */
export function parseTargetType(given: ProtoTargetType): TargetType {
  const type = targetTypes.get(given);
  if (!type) throw invalidField('targetType', 'must be a tweet or a comment');
  return type;
}

/** How protobuf names a type of target, in calls and in events alike. */
export const toProtoTarget: Record<TargetType, ProtoTargetType> = {
  tweet: ProtoTargetType.TWEET,
  comment: ProtoTargetType.COMMENT,
};
