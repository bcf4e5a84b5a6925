import { Module } from '@nestjs/common';
import { InvitationController, TeamController } from './team.controller.js';
import { TeamService } from './team.service.js';

@Module({ controllers: [TeamController, InvitationController], providers: [TeamService] })
export class TeamModule {}
