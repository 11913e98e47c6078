// What a kubelet asks of containerd. usage: node cri_pull.js SOCKET IMAGE [USER:PASSWORD]
// Pulls, prints the digests under which containerd then knows the image, and removes it again.
const path = require('path');
const grpc = require('@grpc/grpc-js');
const loader = require('@grpc/proto-loader');

const [socket, image, login] = process.argv.slice(2);
const definition = loader.loadSync(path.join(__dirname, 'cri.proto'), {keepCase: true});
const {ImageService} = grpc.loadPackageDefinition(definition).runtime.v1;
const service = new ImageService(`unix://${socket}`, grpc.credentials.createInsecure());

const call = (name, request) => new Promise((resolve, reject) =>
  service[name](request, (error, answer) => (error ? reject(error) : resolve(answer))));

async function main() {
  const colon = login ? login.indexOf(':') : -1;
  const auth = login && {username: login.slice(0, colon), password: login.slice(colon + 1)};
  const {image_ref: reference} = await call('PullImage', {image: {image}, auth});
  const {images} = await call('ListImages', {});
  const found = images.find((entry) => entry.id === reference);
  if (!found) throw new Error(`${reference} is not in the list of images`);
  console.log(found.repo_digests.join('\n'));
  await call('RemoveImage', {image: {image: reference}});
}

main().then(() => process.exit(0), (error) => {
  console.error(error.code, error.details || error);
  process.exit(1);
});
