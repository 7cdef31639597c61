import { existsSync } from "node:fs";
import { requireTool, toolFile } from "./tools.ts";

/*
 * As much of protobufjs as is used, and Envoy's own .proto files, which @grpc/grpc-js-xds ships whole.
 */

/** What stands behind a field, a oneof or a message in square brackets; with dots between what stands in braces. */
export type ProtoOptions = Readonly<Record<string, unknown>> | undefined;

interface Described {
  readonly name: string;
  readonly options?: ProtoOptions;
}

/** A message type. */
export interface ProtoType extends Described {
  readonly fullName: string;
  readonly fields: Readonly<Record<string, ProtoField>>;
  readonly oneofsArray: readonly (Described & { readonly oneof: readonly string[] })[];
}

/** Its names, with their numbers. */
export interface ProtoEnum extends Described {
  readonly values: Readonly<Record<string, number>>;
  readonly valuesOptions?: Readonly<Record<string, ProtoOptions>>;
}

/** A field of a message. */
export interface ProtoField extends Described {
  readonly type: string;
  readonly repeated: boolean;
  readonly map: boolean;
  readonly resolvedType: ProtoType | ProtoEnum | null;
  /** The oneof that it is a member of. */
  readonly partOf: object | null;
}

interface ProtoRoot {
  resolvePath: (origin: string, target: string) => string | null;
  addJSON(nested: unknown): void;
  loadSync(files: readonly string[], options: { readonly keepCase: boolean }): void;
  resolveAll(): void;
  lookupType(name: string): ProtoType;
}

const FOLDERS = ["envoy-api", "xds", "googleapis", "protoc-gen-validate"];

/** Whether a type is a message. */
export function isMessage(type: ProtoField["resolvedType"]): type is ProtoType {
  return type !== null && "fields" in type;
}

/** Reads these files of Envoy's and all that they import. */
export function readProtos(files: readonly string[]): (typeName: string) => ProtoType {
  const { Root } = requireTool("protobufjs") as { readonly Root: new () => ProtoRoot };
  const root = new Root();
  // Google's descriptor.proto is in no package but protobufjs itself, as JSON.
  const descriptor = requireTool("protobufjs/google/protobuf/descriptor.json") as {
    readonly nested: unknown;
  };
  root.addJSON(descriptor.nested);
  root.resolvePath = (_, target) =>
    FOLDERS.map((folder) => toolFile(`@grpc/grpc-js-xds/deps/${folder}/${target}`)).find((file) =>
      existsSync(file),
    ) ?? null;
  root.loadSync(files, { keepCase: true });
  root.resolveAll();
  return (name) => root.lookupType(name);
}
