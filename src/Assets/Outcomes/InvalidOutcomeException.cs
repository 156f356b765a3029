namespace Pipeline.Assets.Outcomes;

/// <summary>
/// A message that no worker of ours can have sent. It goes to the error queue at once, since no retry would change it. The text names the
/// field, never what stands in it: it is logged.
/// </summary>
public sealed class InvalidOutcomeException(string field, string rule) : Exception($"{field} {rule}.");
