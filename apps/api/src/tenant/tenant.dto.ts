import { ApiProperty } from '@nestjs/swagger';
import { CountryField } from '../http/country-field.js';
import { TextField } from '../http/fields.js';

export class UpdateTenantBody {
  @TextField({ max: 255, optional: true, example: 'Example Voice Ltd' })
  business_name?: string;

  @CountryField("For contacts' numbers in national form, in campaigns that name no country themselves.")
  default_country?: string | null;
}

export class TenantView {
  @ApiProperty()
  id: string;

  @ApiProperty({ example: 'Example Voice Ltd' })
  business_name: string;

  @ApiProperty({ type: String, nullable: true, example: 'GB' })
  default_country: string | null;

  @ApiProperty({ type: String, format: 'date-time' })
  created_at: Date;
}

export class TenantAnswer {
  @ApiProperty({ type: TenantView })
  tenant: TenantView;
}
