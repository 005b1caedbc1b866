// A client's frame as the server has it: to the client itself its calls are bytes.
import { pb, parlor_v1 } from "../dist/codec.mjs";

const { Call, ClientFrame } = parlor_v1;

export const FullClientFrame = pb.message(
  ClientFrame.fields.map((field) => (field[1] === "calls" ? [field[0], "calls", Call, pb.repeated] : field)),
);
