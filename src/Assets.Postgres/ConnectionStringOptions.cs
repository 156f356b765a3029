using System.ComponentModel.DataAnnotations;
using Npgsql;
using Pipeline.Hosting.Secrets;

namespace Pipeline.Assets.Postgres;

/// <summary>The databases of the API. Section <c>ConnectionStrings</c>.</summary>
public sealed class ConnectionStringOptions : IValidatableObject
{
    public const string Section = "ConnectionStrings";

    /// <summary>
    /// Npgsql's connection string of the asset database, such as <c>Host=db;Database=pipeline;Username=…;Password=…</c>. No default.
    /// </summary>
    [Required]
    [Secret]
    public string? Assets { get; set; }

    /// <inheritdoc />
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        // Npgsql's own messages repeat the text that they cannot parse, which may be the end of a password.
        if (!string.IsNullOrWhiteSpace(Assets) && !IsValid(Assets))
        {
            yield return new ValidationResult(
                $"`{Section}:{nameof(Assets)}` must be Host=…;Database=…;Username=…;Password=…, a password with ; = or quotes in it in quotes, such as Password='a;b'");
        }
    }

    private static bool IsValid(string connectionString)
    {
        try
        {
            return new NpgsqlConnectionStringBuilder(connectionString).Host is { Length: > 0 };
        }
        catch (Exception e) when (e is ArgumentException or FormatException or InvalidCastException or OverflowException or NotSupportedException)
        {
            return false;
        }
    }
}
