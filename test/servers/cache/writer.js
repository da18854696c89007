// A client of the cache that knows one address: writer.js PREFIX ADDRESS... writes `<PREFIX><n>` a hundred times a second, through
// one of the addresses of the Service, until its input ends. It says when it is at work, and at the end prints what was
// acknowledged, and the longest time without.
const { connect } = require('node:net');

const [, , prefix, ...addresses] = process.argv;
const acknowledged = [];
let [number, longest, last, done] = [0, 0, Date.now(), false];
let socket;

function reconnect() {
  socket?.destroy();
  socket = undefined;
}

function open() {
  const host = addresses[Math.floor(Math.random() * addresses.length)];
  return new Promise((resolve) => {
    const opened = connect(6379, host);
    const timeout = setTimeout(() => opened.destroy(), 1000);
    opened.on('error', () => {});
    opened.on('close', () => resolve(undefined));
    opened.on('connect', () => {
      clearTimeout(timeout);
      resolve(opened);
    });
  });
}

/** The answer, or nothing within a second. */
function write(key) {
  return new Promise((resolve) => {
    const settle = (answer) => {
      clearTimeout(timeout);
      socket.off('data', settle).off('close', settle);
      resolve(String(answer));
    };
    const timeout = setTimeout(settle, 1000, '');
    socket.on('data', settle).on('close', settle);
    socket.write(`SET ${key} x\r\n`);
  });
}

async function step() {
  if (socket?.destroyed) reconnect();
  socket ??= await open();
  if (socket === undefined) return;
  const key = `${prefix}${number}`;
  number += 1;
  const answer = await write(key);
  if (answer.startsWith('+OK')) {
    acknowledged.push(key);
    if (acknowledged.length === 50) console.log('at work');
    longest = Math.max(longest, Date.now() - last);
    last = Date.now();
  } else reconnect();
}

async function run() {
  while (!done) {
    await step();
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  longest = Math.max(longest, Date.now() - last);
  console.log(JSON.stringify({ acknowledged, longest }));
  process.exit();
}

process.stdin.on('end', () => {
  done = true;
});
process.stdin.resume();
run();
