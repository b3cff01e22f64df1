#!/bin/sh
# Makes the passwords that docker-compose.yml reads, once: the servers' volumes keep them from their first start on.
# Usage: deploy/make-secrets.sh [folder]
set -eu

folder=${1:-"$(dirname "$0")/../secrets"}
if [ -e "$folder" ]; then
  echo "$folder exists already; nothing was changed" >&2
  exit 1
fi

random() { head -c 24 /dev/urandom | od -An -v -tx1 | tr -d ' \n'; }
write() { cat >"$folder/$1"; }

postgres=$(random)
mongodb=$(random)
redis=$(random)

# The folder keeps others out. The files in it are readable, because Compose mounts them as they are, for servers that each
# run as a user of their own.
mkdir -m 700 "$folder"
umask 022
echo '*' | write .gitignore
random | write grafana-password.txt
random | write mongodb-key.txt
random | write mongodb-root-password.txt
echo "$mongodb" | write mongodb-password.txt
echo "$postgres" | write postgres-password.txt
echo "$redis" | write redis-password.txt
echo "requirepass $redis" | write redis.conf
echo "DATABASE_URL=postgresql://minitwitter:$postgres@postgres:5432/minitwitter" | write database.env
echo "MONGODB_URL=mongodb://minitwitter:$mongodb@mongodb:27017/minitwitter?replicaSet=rs0" | write mongodb.env
echo "REDIS_URL=redis://:$redis@redis:6379" | write redis.env
chmod 444 "$folder"/*
