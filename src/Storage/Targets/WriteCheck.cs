namespace Pipeline.Storage.Targets;

/// <summary>The check by which a worker says that it writes an area to a target; its detail is the place of the target.</summary>
public static class WriteCheck
{
    public static string Of(string area) => $"also writes {area}";

    /// <summary>The object that it writes.</summary>
    public static ObjectKey KeyOf(string area) => ObjectKey.Parse($"{(area == "public" ? "assets" : area)}/installation/worker");
}
