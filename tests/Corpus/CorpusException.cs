namespace Pipeline.Corpus;

/// <summary>The run cannot continue; the message is printed.</summary>
internal sealed class CorpusException(string message, Exception? inner = null) : Exception(message, inner);
