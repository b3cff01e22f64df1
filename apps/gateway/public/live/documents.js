const author = 'author { id username firstName lastName isFollowing }';
const tweet = `id content createdAt likesCount commentsCount likedByMe ${author}`;
const notification =
  'id type message read createdAt actor { id username isFollowing } tweet { id content } unreadCount';
const page = 'pageInfo { hasNextPage endCursor }';

/** What the page asks of the graph. */
export const homeTimeline = `query Home($after: String) {
  homeTimeline(first: 20, after: $after) { edges { node { ${tweet} } } ${page} }
}`;

export const tweetPosted = `subscription Posted($after: ID) { tweetPosted(after: $after) { ${tweet} } }`;

export const notifications = `query Notifications($after: String) {
  notifications(first: 20, after: $after) { edges { node { ${notification} } } ${page} unreadCount }
}`;

export const notificationReceived = `subscription Received($after: ID) {
  notificationReceived(after: $after) { ${notification} }
}`;

export const markRead = `mutation Read($id: ID!) {
  markNotificationRead(input: { id: $id }) { notification { ${notification} } }
}`;

export const markAllRead = 'mutation ReadAll { markAllNotificationsRead { count } }';

export const like = 'mutation Like($id: ID!) { result: likeTweet(input: { tweetId: $id }) { liked likesCount } }';

export const unlike = 'mutation Unlike($id: ID!) { result: unlikeTweet(input: { tweetId: $id }) { liked likesCount } }';

export const follow = 'mutation Follow($id: ID!) { result: followUser(input: { userId: $id }) { following } }';

export const unfollow = 'mutation Unfollow($id: ID!) { result: unfollowUser(input: { userId: $id }) { following } }';

export const userByUsername = 'query User($username: String!) { userByUsername(username: $username) { id username } }';
