// A server between a client and PostgreSQL, with a certificate of its own: impostor.js KEY CERTIFICATE relay|ask.
// It listens on port 6432. `relay` passes everything on to 127.0.0.2:5432; `ask` asks for the password itself, in clear text
// within TLS. It prints `got a password` once a client answers that.
const { connect, createServer } = require('node:net');
const { readFileSync } = require('node:fs');
const tls = require('node:tls');

const [, , key, certificate, way] = process.argv;
const identity = { isServer: true, key: readFileSync(key), cert: readFileSync(certificate) };
const sslRequest = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]);
const askForPassword = Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 3]);

function relay(client) {
  const plain = connect(5432, '127.0.0.2', () => plain.write(sslRequest));
  plain.once('data', () => {
    const server = tls.connect({ socket: plain, rejectUnauthorized: false }, () => client.pipe(server).pipe(client));
    server.on('error', () => client.destroy());
    client.on('error', () => server.destroy());
  });
}

function ask(client) {
  client.once('data', () => {
    client.write(askForPassword);
    client.once('data', (answer) => {
      if (answer[0] === 0x70) console.log('got a password');
      client.destroy();
    });
  });
}

createServer((socket) => {
  socket.on('error', () => {});
  socket.once('data', () => {
    socket.write('S');
    const client = new tls.TLSSocket(socket, identity);
    client.on('error', () => {});
    (way === 'relay' ? relay : ask)(client);
  });
}).listen(6432, '127.0.0.1', () => console.log('up'));
