/** Whether real servers can be had here, as `npm run test:servers` knows by those that it has started. */
export const hasRealServers = Boolean(process.env.KAFKA_BROKERS);
