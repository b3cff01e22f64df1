import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { loadFileDescriptorSetFromBuffer, loadSync, type PackageDefinition } from '@grpc/proto-loader';
import { ReflectionService } from '@grpc/reflection';
import { protoPath as healthProto } from 'grpc-health-check';

const healthService = 'grpc.health.v1.Health';

/** The reflection (grpc.reflection.v1 and v1alpha) of a server of one service, by its full name, and of its health. */
export const createReflection = (fullName: string): ReflectionService =>
  new ReflectionService(loadDescriptors(), { services: [fullName, healthService] });

/** Alike for all services: read once a process. */
let descriptors: PackageDefinition | undefined;

function loadDescriptors(): PackageDefinition {
  const file = fileURLToPath(import.meta.resolve('@minitwitter/proto/descriptors.bin'));
  descriptors ??= {
    own: typeOf(loadFileDescriptorSetFromBuffer(readFileSync(file))),
    health: typeOf(loadSync(healthProto)),
  };
  return descriptors;
}

/** Each type bears the descriptors of all files that were loaded with it, so that one is enough. */
function typeOf(loaded: PackageDefinition): PackageDefinition[string] {
  const type = Object.values(loaded).find((definition) => 'fileDescriptorProtos' in definition);
  if (!type) throw new Error('No message type among the descriptors.');
  return type;
}
