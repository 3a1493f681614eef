import { call } from './call';
import { endpoint } from './endpoint';
import { phoneNumber } from './phoneNumber';
import { webhookDelivery } from './webhookDelivery';

/** What the editor lists under Resource. */
export const RESOURCES = [call, endpoint, phoneNumber, webhookDelivery];
