import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { classifyWork } from '#database/connection/actor.js';
import { isMarked } from '../access/route-access.js';

/** Classifies the work of each request before it needs a connection to the database. */
@Injectable()
export class WorkClassGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  canActivate(context: ExecutionContext): boolean {
    if (isMarked(this.reflector, 'critical', context)) classifyWork('critical');
    else if (isMarked(this.reflector, 'heavy', context)) classifyWork('heavy');
    return true;
  }
}
