namespace Pipeline.Assets.Outcomes;

/// <summary>
/// A message that none of our workers can have sent. It goes to the error queue at once, because a retry changes nothing. The text names
/// the field but never its value, because the text is logged.
/// </summary>
public sealed class InvalidOutcomeException(string field, string rule) : Exception($"{field} {rule}.");
