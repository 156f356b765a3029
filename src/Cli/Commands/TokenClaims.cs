using System.Text;

namespace Pipeline.Cli.Commands;

/// <summary>What servers take in a token. One that each server refuses, or whose role no route knows, is not worth signing.</summary>
static class TokenClaims
{
    private const int MaxUser = 128;
    private const int MaxUserBytes = 256;
    private const int MaxTenant = 64;
    private static readonly string[] Roles = ["viewer", "operator", "admin"];

    public static void Check(string user, string? role, string? tenant)
    {
        if (user.Length is 0 or > MaxUser || Encoding.UTF8.GetByteCount(user) > MaxUserBytes || user.Any(char.IsControl))
            throw CliFailure.Usage($"--user must have 1 to {MaxUser} characters, at most {MaxUserBytes} bytes and no control characters, or every server refuses the token");
        if (role is not null && !Roles.Contains(role, StringComparer.Ordinal)) throw CliFailure.Usage($"--role must be one of {string.Join(", ", Roles)}");
        if (tenant is not null && (tenant.Length is 0 or > MaxTenant || !tenant.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-')))
            throw CliFailure.Usage($"--tenant must have 1 to {MaxTenant} of A-Z, a-z, 0-9, '.', '_' and '-', or every server refuses the token");
    }
}
