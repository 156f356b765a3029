using Pipeline.Hosting;

namespace Pipeline.Imaging.Isolation;

/// <summary>A decoder does not do its work, and the file is not to blame.</summary>
public sealed class DecoderException(string message, Exception? innerException = null) : Exception(message, innerException);

/// <summary>The kernel cannot hold decoders to what the settings demand.</summary>
public sealed class SandboxMissingException(string message) : StartFaultException(StartExit.Misconfigured, message);
