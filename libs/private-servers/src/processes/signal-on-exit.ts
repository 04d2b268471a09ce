interface Signalled {
  signalOnExit(): void;
}

const running = new Set<Signalled>();
let isListening = false;

/**
 * All that can be done when this process ends without having stopped its children (a test run that is cut short, a bug):
 * without it the servers would stay until the next start.
 */
export const signalOnExit = {
  add(child: Signalled): void {
    if (!isListening) process.on('exit', signalAll);
    isListening = true;
    running.add(child);
  },
  delete(child: Signalled): void {
    running.delete(child);
  },
};

function signalAll(): void {
  for (const child of running) child.signalOnExit();
}
