// The health check: forms the replica set of one when there is none yet, and fails until this server is its primary.
const password = require('node:fs').readFileSync('/run/secrets/mongodb-root-password', 'utf8').trim();
const admin = db.getSiblingDB('admin');
admin.auth('root', password);
const notYetInitialized = 94;
try {
  rs.status();
} catch (error) {
  if (error.code !== notYetInitialized) throw error;
  rs.initiate({ _id: 'rs0', members: [{ _id: 0, host: 'mongodb:27017' }] });
}
quit(db.hello().isWritablePrimary ? 0 : 1);
