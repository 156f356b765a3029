namespace Pipeline.Hosting.Secrets;

/// <summary>The value of this option is a secret or holds one: no message repeats it.</summary>
/// <param name="form">What the value must look like, for the message that cannot show it.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SecretAttribute(string? form = null) : Attribute
{
    public string? Form { get; } = form;
}
