// A client of the cache that asks what it reads, one question a line as JSON: `{ id, doors: [{ address, port }], commands }`.
// It prints `{ id, answer }`: all that the first door that answers says to the commands, or nothing. Every question has
// connections of its own, but one process asks them all, since it takes longer to start than the answers do.
const { connect } = require('node:net');
const { createInterface } = require('node:readline');

function encode(command) {
  return `*${command.length}\r\n${command.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join('')}`;
}

const end = '$7\r\nthe-end\r\n';

/** Sends every command, and ECHO at last, so that the end of the answers is known; one command alone ends with an error too. */
function ask({ address, port }, commands) {
  return new Promise((resolve) => {
    let answer = '';
    const isWhole = () => answer.endsWith(end) || (commands.length === 1 && /^-[^\n]*\n/.test(answer));
    const socket = connect(port, address, () => socket.write([...commands, ['ECHO', 'the-end']].map(encode).join('')));
    socket.setTimeout(3000, () => socket.destroy());
    socket.on('data', (data) => {
      answer += data;
      if (isWhole()) socket.destroy();
    });
    socket.on('error', () => {});
    socket.on('close', () => resolve(isWhole() ? answer.replace(end, '') : ''));
  });
}

async function answerOf(doors, commands) {
  for (const door of doors) {
    const answer = await ask(door, commands);
    if (answer !== '') return answer;
  }
  return '';
}

createInterface({ input: process.stdin }).on('line', async (line) => {
  const { id, doors, commands } = JSON.parse(line);
  console.log(JSON.stringify({ id, answer: await answerOf(doors, commands) }));
});
