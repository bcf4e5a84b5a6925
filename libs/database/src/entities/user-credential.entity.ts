import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('user_credentials')
export class UserCredential {
  @PrimaryColumn('uuid')
  user_id: string;

  @Column('text')
  password_hash: string;

  @Column('timestamptz', { default: () => 'now()' })
  updated_at: Date;
}
