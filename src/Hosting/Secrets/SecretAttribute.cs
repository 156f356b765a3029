namespace Pipeline.Hosting.Secrets;

/// <summary>Marks an option whose value is or contains a secret, so that no message repeats it.</summary>
/// <param name="form">The expected form of the value, for messages that cannot show it.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SecretAttribute(string? form = null) : Attribute
{
    public string? Form { get; } = form;
}
