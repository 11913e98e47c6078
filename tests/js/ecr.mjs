// Every operation once through the AWS SDK for JavaScript, good and bad input.
// usage: node ecr.mjs REPOSITORY     (credentials and region from the environment; BERTH_ENDPOINT if not the real names)
import assert from 'node:assert/strict';
import {createHash, randomBytes} from 'node:crypto';
import * as ecr from '@aws-sdk/client-ecr';
import {GetCallerIdentityCommand, STSClient} from '@aws-sdk/client-sts';

const settings = {maxAttempts: 1, ...(process.env.BERTH_ENDPOINT && {endpoint: process.env.BERTH_ENDPOINT})};
const client = new ecr.ECRClient(settings);
const repositoryName = process.argv[2];
const digestOf = (data) => `sha256:${createHash('sha256').update(data).digest('hex')}`;
const call = (operation, input = {}) => client.send(new ecr[`${operation}Command`](input));

async function pushLayer(data) {
  const {uploadId, partSize} = await call('InitiateLayerUpload', {repositoryName});
  assert.equal(partSize, 10485760);
  const part = await call('UploadLayerPart', {
    repositoryName, uploadId, partFirstByte: 0, partLastByte: data.length - 1, layerPartBlob: data});
  assert.equal(part.lastByteReceived, data.length - 1);
  const done = await call('CompleteLayerUpload', {repositoryName, uploadId, layerDigests: [digestOf(data)]});
  assert.equal(done.layerDigest, digestOf(data));
}

async function goodInput() {
  const {repository} = await call('CreateRepository', {repositoryName, tags: [{Key: 'a', Value: 'b'}]});
  assert.ok(repository.createdAt instanceof Date && Math.abs(repository.createdAt - Date.now()) < 60000);
  const described = await call('DescribeRepositories', {repositoryNames: [repositoryName]});
  assert.deepEqual(described.repositories, [repository]);

  const layer = randomBytes(2000);
  const config = Buffer.from('{"os":"linux","architecture":"amd64"}');
  await pushLayer(layer);
  await pushLayer(config);
  const imageManifest = JSON.stringify({
    schemaVersion: 2, mediaType: 'application/vnd.oci.image.manifest.v1+json',
    config: {mediaType: 'application/vnd.oci.image.config.v1+json', digest: digestOf(config), size: config.length},
    layers: [{mediaType: 'application/vnd.oci.image.layer.v1.tar', digest: digestOf(layer), size: layer.length}]});
  const {image} = await call('PutImage', {repositoryName, imageManifest, imageTag: 'v1'});
  const imageDigest = digestOf(imageManifest);
  assert.deepEqual(image.imageId, {imageDigest, imageTag: 'v1'});

  const check = await call('BatchCheckLayerAvailability', {repositoryName, layerDigests: [digestOf(layer)]});
  assert.equal(check.layers[0].layerAvailability, 'AVAILABLE');
  const link = await call('GetDownloadUrlForLayer', {repositoryName, layerDigest: digestOf(layer)});
  assert.deepEqual(Buffer.from(await (await fetch(link.downloadUrl)).arrayBuffer()), layer);
  const got = await call('BatchGetImage', {repositoryName, imageIds: [{imageTag: 'v1'}]});
  assert.equal(got.images[0].imageManifest, imageManifest);

  for (let number = 0; number < 5; number += 1) {
    await call('PutImage', {repositoryName, imageManifest, imageTag: `t${number}`});
  }
  const listed = [];
  for await (const page of ecr.paginateListImages({client, pageSize: 2}, {repositoryName})) {
    assert.ok(page.imageIds.length <= 2);
    listed.push(...page.imageIds.map((id) => id.imageTag));
  }
  assert.deepEqual(listed.sort(), ['t0', 't1', 't2', 't3', 't4', 'v1']);
  const details = [];
  for await (const page of ecr.paginateDescribeImages({client, pageSize: 1}, {repositoryName})) {
    details.push(...page.imageDetails);
  }
  assert.equal(details.length, 1);
  assert.ok(details[0].imagePushedAt instanceof Date && details[0].imageTags.length === 6);
  const about = await call('ListImageReferrers', {repositoryName, subjectId: {imageDigest}});
  assert.deepEqual(about.referrers, []);

  const changed = await call('PutImageTagMutability', {repositoryName, imageTagMutability: 'IMMUTABLE'});
  assert.equal(changed.imageTagMutability, 'IMMUTABLE');
  const resourceArn = repository.repositoryArn;
  await call('TagResource', {resourceArn, tags: [{Key: 'c', Value: 'd'}]});
  await call('UntagResource', {resourceArn, tagKeys: ['a']});
  assert.deepEqual((await call('ListTagsForResource', {resourceArn})).tags, [{Key: 'c', Value: 'd'}]);
  const registry = await call('DescribeRegistry');
  assert.equal(registry.registryId, repository.registryId);
  const {authorizationData} = await call('GetAuthorizationToken');
  assert.ok(Buffer.from(authorizationData[0].authorizationToken, 'base64').toString().startsWith('AWS:'));
  const identity = await new STSClient(settings).send(new GetCallerIdentityCommand({}));
  assert.equal(identity.Account, repository.registryId);
}

async function badInput() {
  const refuse = (type, operation, input, message) => assert.rejects(call(operation, input), (error) => {
    assert.ok(error instanceof ecr[type], `${operation}: ${error.name}, not ${type}`);
    if (message) assert.equal(error.message, message);
    assert.ok(error.$metadata.requestId);
    return true;
  });
  await refuse('RepositoryAlreadyExistsException', 'CreateRepository', {repositoryName});
  await refuse('InvalidParameterException', 'CreateRepository', {repositoryName: 'UPPER'});
  await refuse('RepositoryNotFoundException', 'DescribeRepositories', {repositoryNames: ['no/such']});
  await refuse('RepositoryNotEmptyException', 'DeleteRepository', {repositoryName});
  await refuse('ImageNotFoundException', 'DescribeImages', {repositoryName, imageIds: [{imageTag: 'none'}]});
  await refuse('InvalidParameterException', 'PutImage', {repositoryName, imageManifest: '{', imageTag: 'x'},
    "Invalid parameter at 'ImageManifest' failed to satisfy constraint: 'Invalid JSON syntax'");
  await refuse('LayersNotFoundException', 'GetDownloadUrlForLayer', {repositoryName, layerDigest: digestOf('nothing')});
  const {uploadId} = await call('InitiateLayerUpload', {repositoryName});
  await assert.rejects(call('UploadLayerPart', {
    repositoryName, uploadId, partFirstByte: 5, partLastByte: 5, layerPartBlob: Buffer.from('x')}), (error) => {
    assert.ok(error instanceof ecr.InvalidLayerPartException);
    assert.equal(error.uploadId, uploadId);
    assert.equal(error.repositoryName, repositoryName);
    return true;
  });
  const gone = await call('BatchDeleteImage', {repositoryName, imageIds: [{imageTag: 'none'}, {imageTag: 'v1'}]});
  assert.equal(gone.failures[0].failureCode, 'ImageNotFound');
  assert.equal(gone.imageIds[0].imageTag, 'v1');
  await call('DeleteRepository', {repositoryName, force: true});
}

await goodInput();
await badInput();
console.log('ok');
