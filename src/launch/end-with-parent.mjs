// Loaded before a child's own code (`--import`). The channel to the launcher closes when the launcher is gone, even after
// `kill -9`; the child then ends as if it had been asked to.
if (process.channel) {
  process.once('disconnect', () => {
    if (!process.emit('SIGTERM', 'SIGTERM')) process.exit(143);
  });
  process.channel.unref(); // the channel alone keeps nobody alive
}
