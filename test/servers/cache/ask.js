// ask.js ADDRESS... -- COMMAND... prints the answer of the cache, through the first address of the Service that gives one;
// ask.js ADDRESS... --count prints how many of the keys on its input exist.
const { connect } = require('node:net');
const { readFileSync } = require('node:fs');

const words = process.argv.slice(2);
const at = words.findIndex((word) => word.startsWith('--'));
const addresses = words.slice(0, at);
const keys = words[at] === '--count' ? readFileSync(0, 'utf8').split('\n').filter(Boolean) : [];
const commands = keys.length > 0 ? keys.map((key) => ['EXISTS', key]) : [words.slice(at + 1)];

function encode(command) {
  return `*${command.length}\r\n${command.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join('')}`;
}

/** Sends every command, and PING at last, so that the end of the answers is known. */
function ask(host) {
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect(6379, host, () => socket.write([...commands, ['ECHO', 'the-end']].map(encode).join('')));
    socket.setTimeout(3000, () => socket.destroy());
    socket.on('data', (data) => {
      answer += data;
      if (answer.endsWith('the-end\r\n')) socket.destroy();
    });
    socket.on('error', () => {});
    socket.on('close', () =>
      resolve(answer.endsWith('the-end\r\n') ? answer.slice(0, -'$7\r\nthe-end\r\n'.length) : ''),
    );
  });
}

(async () => {
  for (const host of addresses) {
    const answer = await ask(host);
    if (answer === '') continue;
    console.log(keys.length > 0 ? answer.split('\r\n').filter((line) => line === ':1').length : answer);
    return;
  }
})();
