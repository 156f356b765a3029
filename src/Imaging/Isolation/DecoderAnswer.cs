namespace Pipeline.Imaging.Isolation;

/// <summary>How asking a decoder has ended.</summary>
internal abstract record DecoderAnswer
{
    private DecoderAnswer() { }

    /// <summary>It has said something; not checked yet.</summary>
    public sealed record Said(DecoderReply Reply) : DecoderAnswer;

    /// <summary>It ended while it worked, or made no sense.</summary>
    /// <param name="Why">For the log.</param>
    public sealed record Crashed(string Why) : DecoderAnswer;

    /// <summary>Somebody killed it while it worked, and that was not us: the machine is short of memory, or an operator was at work.</summary>
    public sealed record Killed : DecoderAnswer;

    /// <summary>It took longer than it may, by the clock or by the CPU.</summary>
    public sealed record Late : DecoderAnswer;

    /// <summary>It had ended before it was asked, so nothing can be learned of the file.</summary>
    public sealed record Gone : DecoderAnswer;
}
