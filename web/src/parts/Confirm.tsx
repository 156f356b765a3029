import type { ReactNode } from "react";
import { Button } from "react-aria-components/Button";
import { Dialog, Heading } from "react-aria-components/Dialog";
import { Modal, ModalOverlay } from "react-aria-components/Modal";
import { useWords } from "../words/words";

interface Props {
  title: string;
  children?: ReactNode;
  action: string;
  isOpen: boolean;
  onClose: () => void;
  onConfirm: () => void;
}

/** Asks before something that cannot be undone. */
export function Confirm({ title, children, action, isOpen, onClose, onConfirm }: Props) {
  const say = useWords();
  return (
    <ModalOverlay className="overlay" isOpen={isOpen} isDismissable onOpenChange={(open) => open || onClose()}>
      <Modal className="modal">
        <Dialog role="alertdialog" className="dialog">
          <Heading slot="title">{title}</Heading>
          {children}
          <div className="actions">
            {/* The harmless choice has the focus. */}
            <Button autoFocus onPress={onClose}>
              {say("cancel")}
            </Button>
            <Button
              className="danger"
              onPress={() => {
                onClose();
                onConfirm();
              }}
            >
              {action}
            </Button>
          </div>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}
