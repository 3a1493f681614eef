import { call } from './call';
import { endpoint } from './endpoint';
import { phoneNumber } from './phoneNumber';

/** What the editor lists under Resource. */
export const RESOURCES = [call, endpoint, phoneNumber];
