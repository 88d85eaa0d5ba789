import type { components } from "./schema.gen";

/** Short names for the schemas generated from OpenAPI. */
type Schemas = components["schemas"];

export type Account = Schemas["Account"];
export type Role = Account["role"];
export type Session = Schemas["Session"];
export type SessionInfo = Schemas["SessionInfo"];
export type User = Schemas["User"];
export type UserCreate = Schemas["NewUser"];
export type UserUpdate = Schemas["UserChanges"];
export type Device = Schemas["DeviceOut"];
export type DeviceCreate = Schemas["NewDevice"];
export type DeviceUpdate = Schemas["DeviceChanges"];
export type Owner = Schemas["DeviceOwner"];
export type Summary = Schemas["Summary"];
export type Consumption = Schemas["Consumption"];
export type ConsumptionPoint = Schemas["ConsumptionPoint"];
export type Resolution = Consumption["resolution"];
export type Quality = ConsumptionPoint["quality"];
export type Heatmap = Schemas["Heatmap"];
export type Alert = Schemas["Alert"];
export type Correction = Schemas["CorrectionOut"];
export type Suspicious = Schemas["SuspiciousInterval"];
export type Fleet = Schemas["Fleet"];
export type RejectedReading = Schemas["RejectedOut"];
export type RejectedGroup = Schemas["RejectedGroup"];
export type Message = Schemas["ChatMessage"];
export type Conversation = Schemas["ChatConversation"];
export type Participant = Schemas["ChatParticipant"];
export type Addressee = Schemas["Addressee"];
export type CannedReply = Schemas["CannedReplyOut"];
export type ServerFrame = Schemas["ServerFrame"];
export type Frame<Type extends ServerFrame["type"]> = Extract<ServerFrame, { type: Type }>;

export type Page<Item> = { items: Item[]; next_cursor?: string | null };

/** RFC 9457 problem details, the body of every error response. */
export type ProblemBody = {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: string;
  request_id: string;
  errors?: { field: string; message: string; code: string }[];
};
