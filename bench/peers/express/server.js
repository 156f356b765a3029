// The usual way to issue presigned URLs: Express checks the token, the SDK signs, and nothing is stored.
'use strict';

const { createSecretKey, randomBytes, randomUUID } = require('node:crypto');
const path = require('node:path');
const { PutObjectCommand, S3Client } = require('@aws-sdk/client-s3');
const { getSignedUrl } = require('@aws-sdk/s3-request-presigner');
const express = require('express');
const jwt = require('jsonwebtoken');

const { PORT, JWT_SECRET, S3_URL, S3_BUCKET, S3_ACCESS_KEY, S3_SECRET_KEY } = process.env;
const SECONDS = 300;
const MAX_BYTES = 25 * 1024 * 1024;
const MAX_FILES = 100;
const TYPES = new Set(['image/jpeg', 'image/png', 'image/webp', 'image/gif']);

// A KeyObject saves jsonwebtoken the parsing of the secret.
const key = createSecretKey(Buffer.from(JWT_SECRET));
const s3 = new S3Client({
  endpoint: S3_URL,
  region: 'us-east-1',
  forcePathStyle: true,
  credentials: { accessKeyId: S3_ACCESS_KEY, secretAccessKey: S3_SECRET_KEY },
  requestChecksumCalculation: 'WHEN_REQUIRED',
});

async function sign(userId, file) {
  const id = randomUUID();
  const objectKey = `uploads/${userId}/${Date.now()}-${randomBytes(8).toString('hex')}${path.extname(file.filename).toLowerCase()}`;
  const command = new PutObjectCommand({
    Bucket: S3_BUCKET,
    Key: objectKey,
    ContentType: file.contentType,
    ContentLength: file.fileSize,
    Metadata: { 'original-filename': encodeURIComponent(file.filename), 'uploaded-by': encodeURIComponent(userId), 'upload-timestamp': new Date().toISOString() },
  });
  const uploadUrl = await getSignedUrl(s3, command, { expiresIn: SECONDS });
  return { id, uploadUrl, method: 'PUT', headers: { 'Content-Type': file.contentType }, key: objectKey, expiresIn: SECONDS, expiresAt: new Date(Date.now() + SECONDS * 1000) };
}

function isAllowed(file) {
  return typeof file?.filename === 'string' && file.filename.length > 0 && file.filename.length <= 255 && TYPES.has(file.contentType)
    && Number.isInteger(file.fileSize) && file.fileSize >= 1 && file.fileSize <= MAX_BYTES;
}

function authenticate(request, response, next) {
  const [scheme, token] = (request.headers.authorization ?? '').split(' ');
  if (scheme !== 'Bearer') return response.status(401).json({ error: 'no token' });
  jwt.verify(token, key, { algorithms: ['HS256'] }, (error, claims) => {
    if (error || typeof claims.userId !== 'string') return response.status(401).json({ error: 'invalid token' });
    request.userId = claims.userId;
    next();
  });
}

const app = express();
app.disable('x-powered-by');
app.get('/health/ready', (_, response) => response.json({ status: 'ok' }));
app.use(express.json());
app.post('/api/upload/presigned-url', authenticate, async (request, response) => {
  if (!isAllowed(request.body)) return response.status(400).json({ error: 'invalid file' });
  response.json(await sign(request.userId, request.body));
});
app.post('/api/upload/presigned-urls', authenticate, async (request, response) => {
  const files = request.body?.files;
  if (!Array.isArray(files) || files.length === 0 || files.length > MAX_FILES || !files.every(isAllowed)) return response.status(400).json({ error: 'invalid files' });
  response.json({ uploads: await Promise.all(files.map((file) => sign(request.userId, file))) });
});
app.listen(Number(PORT), '127.0.0.1');
