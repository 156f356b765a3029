'use strict';

const MOST_AT_ONCE = 3;
const FINAL = new Set(['ready', 'rejected', 'failed', 'expired', 'deleted']);
const WORDS = {
  pending: 'Waiting for the file', queued: 'Waiting for a worker', processing: 'Processing', ready: 'Ready', rejected: 'Rejected', failed: 'Failed',
  expired: 'Expired', deleted: 'Deleted',
};
const $ = id => document.getElementById(id);
const sleep = ms => new Promise(done => setTimeout(done, ms));
const say = (element, text, bad = false) => { element.textContent = text; element.classList.toggle('bad', bad); };

/** An error with the server's own message. */
class Refusal extends Error {}

async function ask(method, path, body) {
  const token = sessionStorage.getItem('token');
  const headers = token ? { Authorization: `Bearer ${token}` } : {};
  if (body) headers['Content-Type'] = 'application/json';
  const answer = await fetch(path, { method, headers, body: body && JSON.stringify(body) });
  const text = await answer.text();
  let json = {};
  try { json = JSON.parse(text); } catch { /* not JSON, such as a proxy's page */ }
  if (answer.ok) return json;
  if (answer.status === 401 && token) { sessionStorage.removeItem('token'); showPerson(); }
  throw new Refusal(json.detail ?? `The server responded with status ${answer.status}.`);
}

async function signIn() {
  const key = new URLSearchParams(location.hash.slice(1)).get('key');
  if (!key) return showPerson();
  // The key works once; remove it from the address bar and the history.
  history.replaceState(null, '', location.pathname);
  try {
    const { token, userId } = await ask('POST', 'dev/sign-in', { key });
    sessionStorage.setItem('token', token);
    sessionStorage.setItem('user', userId);
    showPerson();
  } catch (error) {
    showPerson(error.message);
  }
}

function showPerson(problem) {
  const signedIn = sessionStorage.getItem('token') !== null;
  $('files').disabled = !signedIn;
  if (signedIn) say($('who'), `Signed in as ${sessionStorage.getItem('user')}.`);
  else say($('who'), problem ?? 'Not signed in. Open the link that ./run.sh printed, or make a new one: ./pipeline sign-in', true);
}

async function showHealth() {
  try {
    const answer = await fetch('health/ready');
    if (answer.ok) say($('health'), 'The server is ready.');
    else say($('health'), 'The server is not ready; see its health page for the reason.', true);
  } catch {
    say($('health'), 'The server does not respond. Is it still running?', true);
  }
}

function send(upload, file, onProgress) {
  return new Promise((done, fail) => {
    const request = new XMLHttpRequest();
    request.open(upload.method, upload.uploadUrl);
    for (const [name, value] of Object.entries(upload.headers)) request.setRequestHeader(name, value);
    request.upload.onprogress = event => onProgress(event.loaded, event.total);
    request.onload = () => request.status < 300 ? done() : fail(new Refusal(`The store refused the file (${request.status}).`));
    request.onerror = () => fail(new Refusal('The connection broke while the file was sent. Drop it again.'));
    request.send(file);
  });
}

async function upload(file, item) {
  const line = item.querySelector('p');
  const bar = item.querySelector('progress');
  const presigned = await ask('POST', 'api/upload/presigned-url', { filename: file.name, contentType: file.type, fileSize: file.size });
  await send(presigned, file, (loaded, total) => {
    bar.value = loaded / total;
    say(line, `${file.name}: ${Math.round(100 * loaded / total)} % of ${total.toLocaleString()} bytes`);
  });
  await ask('POST', 'api/upload/confirm', { id: presigned.id });
  bar.removeAttribute('value');
  for (;;) {
    const asset = await ask('GET', `api/assets/${presigned.id}`);
    const reason = asset.rejection?.reason ?? asset.failure?.reason;
    say(line, `${file.name}: ${WORDS[asset.status] ?? asset.status}${reason ? `. ${reason}` : ''}`);
    if (FINAL.has(asset.status)) {
      item.classList.toggle('bad', asset.status !== 'ready');
      return showVariants(asset, file.name, item);
    }
    await sleep(500);
  }
}

function showVariants(asset, name, item) {
  const widest = asset.variants.filter(v => v.format === 'webp').sort((a, b) => b.width - a.width).find(v => v.width <= 1280) ?? asset.variants[0];
  if (!widest) return;
  const image = Object.assign(document.createElement('img'), { src: widest.url, alt: name, width: widest.width, height: widest.height });
  item.append(image);
  for (const variant of asset.variants) {
    const text = `${variant.width} × ${variant.height} ${variant.format}, ${variant.bytes.toLocaleString()} bytes`;
    item.append(Object.assign(document.createElement('a'), { href: variant.url, textContent: text }));
  }
}

const waiting = [];
let inFlight = 0;

function enqueue(files) {
  for (const file of files) {
    const item = document.createElement('li');
    item.append(document.createElement('p'), Object.assign(document.createElement('progress'), { value: 0 }));
    say(item.querySelector('p'), `${file.name}: waiting`);
    $('uploads').prepend(item);
    waiting.push([file, item]);
  }
  while (inFlight < MOST_AT_ONCE && waiting.length > 0) run(...waiting.shift());
}

async function run(file, item) {
  inFlight++;
  try {
    await upload(file, item);
  } catch (error) {
    item.classList.add('bad');
    say(item.querySelector('p'), `${file.name}: ${error instanceof Refusal ? error.message : 'The server does not respond.'}`);
  } finally {
    item.querySelector('progress').remove();
    inFlight--;
    enqueue([]);
  }
}

$('files').addEventListener('change', event => { enqueue(event.target.files); event.target.value = ''; });
addEventListener('dragover', event => { event.preventDefault(); $('drop').classList.add('over'); });
addEventListener('dragleave', () => $('drop').classList.remove('over'));
addEventListener('drop', event => {
  event.preventDefault();
  $('drop').classList.remove('over');
  if (!$('files').disabled) enqueue(event.dataTransfer.files);
});
addEventListener('hashchange', signIn);
signIn();
showHealth();
