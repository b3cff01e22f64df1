import { registry } from '@minitwitter/service-kit/metrics';
import { Counter, Gauge } from 'prom-client';

/** WebSockets that are open. */
export const liveSockets = new Gauge({
  name: 'minitwitter_live_sockets',
  help: 'WebSockets that are open.',
  registers: [registry],
});

/** Messages sent over WebSockets. */
export const liveMessages = new Counter({
  name: 'minitwitter_live_messages_total',
  help: 'Messages sent over WebSockets.',
  registers: [registry],
});
