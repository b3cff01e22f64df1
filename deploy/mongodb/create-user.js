// Run by the image once, on an empty volume: the account of the services, in their database alone.
db.getSiblingDB('minitwitter').createUser({
  user: 'minitwitter',
  pwd: require('node:fs').readFileSync('/run/secrets/mongodb-password', 'utf8').trim(),
  roles: [{ role: 'readWrite', db: 'minitwitter' }],
});
