namespace Pipeline.Imaging.Isolation;

/// <summary>The outcome of a request to a decoder.</summary>
internal abstract record DecoderAnswer
{
    private DecoderAnswer() { }

    /// <summary>It replied; the reply is not checked yet.</summary>
    public sealed record Said(DecoderReply Reply) : DecoderAnswer;

    /// <summary>It exited during the request, or sent an invalid reply.</summary>
    /// <param name="Why">The reason, for the log.</param>
    public sealed record Crashed(string Why) : DecoderAnswer;

    /// <summary>It was killed during the request, but not by the worker: the machine is short of memory, or an operator killed it.</summary>
    public sealed record Killed : DecoderAnswer;

    /// <summary>It exceeded its limit of wall time or CPU time.</summary>
    public sealed record Late : DecoderAnswer;

    /// <summary>It had exited before the request, so the outcome says nothing about the file.</summary>
    public sealed record Gone : DecoderAnswer;
}
