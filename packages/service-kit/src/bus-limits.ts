/** How many messages a handler gets at once, at most: they fit into one batch read of another service. */
export const maxBatch = 500;
