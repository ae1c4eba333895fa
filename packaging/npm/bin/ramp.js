#!/usr/bin/env node
// Gives way to the command of this platform, which is in a package of its own: its exit status is ours, and so is a signal that ends it.
'use strict';

const { spawn } = require('node:child_process');

const platform = `${process.platform}-${process.arch}`;
let command;
try {
  command = require.resolve(`@redis-ramp/${platform}/bin/ramp`);
} catch {
  console.error(
    `error: @redis-ramp/${platform} is not installed; there are packages for linux-x64 and linux-arm64 with glibc, ` +
      'and they are left out where optional dependencies are (npm install --omit=optional)',
  );
  process.exit(2);
}

const child = spawn(command, process.argv.slice(2), { stdio: 'inherit' });
const signals = ['SIGHUP', 'SIGINT', 'SIGTERM'];
for (const signal of signals) {
  process.on(signal, () => {
    // Ctrl-C on a terminal reaches the command by itself.
    if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
  });
}
child.on('error', (error) => {
  console.error(`error: ${command} cannot be run: ${error.message}`);
  process.exit(2);
});
child.on('exit', (status, signal) => {
  if (signal === null) process.exit(status);
  for (const name of signals) process.removeAllListeners(name);
  process.kill(process.pid, signal);
});
