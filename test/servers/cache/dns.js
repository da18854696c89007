// A DNS server for tests: dns.js ADDRESS FILE answers with the addresses of a hosts file, which may change meanwhile.
const { createSocket } = require('node:dgram');
const { readFileSync } = require('node:fs');

const [, , address, file] = process.argv;
const server = createSocket('udp4');

function addressOf(name) {
  const line = readFileSync(file, 'utf8')
    .split('\n')
    .find((entry) => entry.split(' ').slice(1).includes(name));
  return line?.split(' ')[0];
}

server.on('message', (query, client) => {
  const labels = [];
  let at = 12;
  while (query[at] !== 0) {
    labels.push(query.toString('latin1', at + 1, at + 1 + query[at]));
    at += query[at] + 1;
  }
  const question = query.subarray(12, at + 5);
  const wantsIpv4 = query.readUInt16BE(at + 1) === 1;
  const found = addressOf(labels.join('.').toLowerCase());
  const answers = found && wantsIpv4 ? 1 : 0;
  const head = Buffer.from([query[0], query[1], 0x81, found ? 0x80 : 0x83, 0, 1, 0, answers, 0, 0, 0, 0]);
  const bytes = (found ?? '').split('.').map(Number);
  const answer = answers ? Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 1, 0, 4, ...bytes]) : Buffer.alloc(0);
  server.send(Buffer.concat([head, question, answer]), client.port, client.address);
});
server.bind(53, address, () => console.log('up'));
